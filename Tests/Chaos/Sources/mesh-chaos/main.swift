import MeshChaos

await ChaosCommand.runToEnd()
