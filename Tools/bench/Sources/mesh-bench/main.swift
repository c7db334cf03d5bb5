import ArgumentParser
import MeshBench

MeshBenchCommand.main()
