// VectorAVX512
