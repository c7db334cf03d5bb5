import MeshTerminal

await MeshCommand.runToEnd()
