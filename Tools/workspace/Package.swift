// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "workspace",
    products: [
        .library(name: "WorkspaceChecker", targets: ["WorkspaceChecker"]),
        .executable(name: "workspace", targets: ["workspace"]),
    ],
    targets: [
        .target(name: "WorkspaceChecker", swiftSettings: settings),
        .target(name: "WorkspaceRunner", dependencies: ["WorkspaceChecker"], swiftSettings: settings),
        .executableTarget(
            name: "workspace", dependencies: ["WorkspaceChecker", "WorkspaceRunner"], swiftSettings: settings),
        .testTarget(
            name: "WorkspaceCheckerTests", dependencies: ["WorkspaceChecker", "WorkspaceRunner"],
            swiftSettings: settings),
    ]
)
