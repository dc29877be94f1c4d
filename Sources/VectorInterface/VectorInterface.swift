// VectorInterface
