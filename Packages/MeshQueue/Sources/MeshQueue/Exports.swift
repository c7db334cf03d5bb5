// Who imports MeshQueue sees its vocabulary (recipients, operations, outcomes) without a second import.
@_exported public import MeshQueueCore
