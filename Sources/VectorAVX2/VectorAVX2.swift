// VectorAVX2
