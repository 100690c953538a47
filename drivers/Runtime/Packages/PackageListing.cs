using System.Collections.Immutable;
using AvGateway.Classes;

namespace AvGateway.Drivers.Runtime.Packages;

/// <summary>What a site lets in of somebody else's drivers: a folder, each of its files by its hash, and the drivers that are expected of it.</summary>
/// <param name="Files">Path below the folder, with <c>/</c>, to SHA-256 in lower-case hexadecimal.</param>
/// <param name="Brings">Driver name to device class; null: whatever it brings, for somebody who is about to write the listing.</param>
public sealed record PackageListing(
    string Id, string Folder, ImmutableSortedDictionary<string, string> Files, ImmutableSortedDictionary<string, DeviceClass>? Brings);

/// <summary>Something that was not let in.</summary>
/// <param name="File">The path below the folder; null where it is about the package.</param>
public sealed record PackageRefusal(string? File, string Message, string Remedy);
