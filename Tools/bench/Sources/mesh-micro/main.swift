import Foundation
import MeshMicro

// mesh-micro list | mesh-micro WORK TIMES: does a fixed piece of work TIMES × its count, for `instructions` to count.
let arguments = CommandLine.arguments
if arguments.count == 2, arguments[1] == "list" {
    for work in MicroWorks.all { print(work.name, work.count) }
} else if arguments.count == 3, let times = Int(arguments[2]), (1...2).contains(times),
    try MicroWorks.run(arguments[1], times: times) != nil
{
    exit(0)
} else {
    FileHandle.standardError.write(Data("usage: mesh-micro list | mesh-micro WORK 1|2\n".utf8))
    exit(64)
}
