import MeshNodeShell

await MeshNodeCommand.runToEnd()
