// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "MeshRing",
    products: [.library(name: "MeshRing", targets: ["MeshRing"])],
    dependencies: [.package(path: "../MeshCrypto")],
    targets: [
        .target(name: "MeshRing", dependencies: ["MeshCrypto"], swiftSettings: settings),
        .testTarget(name: "MeshRingTests", dependencies: ["MeshRing", "MeshCrypto"], swiftSettings: settings),
    ]
)
