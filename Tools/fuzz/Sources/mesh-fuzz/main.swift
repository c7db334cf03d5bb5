import Foundation
import MeshFuzz

exit(FuzzCommand.run(CommandLine.arguments))
