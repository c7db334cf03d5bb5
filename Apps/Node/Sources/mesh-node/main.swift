import MeshNodeShell

MeshNodeCommand.runToEnd()
