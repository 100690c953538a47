using System.Collections.Frozen;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Release;

/// <summary>A device as the site file has it; of its link only the kind.</summary>
public sealed record SiteDevice(DeviceId Id, DriverManifest Manifest, string Link)
{
    /// <summary>Where it is built in.</summary>
    public string? Rack { get; init; }
    public string? Model { get; init; }
    public string? Serial { get; init; }
}

/// <summary>What reports say of the site, from its file.</summary>
/// <param name="Hash">SHA-256 of the site file and what it includes.</param>
/// <param name="Version">Of the gateway.</param>
public sealed record ReleaseSite(string Id, Wording Name, TimeZoneInfo Zone, string Hash, string Version)
{
    public FrozenDictionary<string, Wording> Rooms { get; init; } = FrozenDictionary<string, Wording>.Empty;
    public FrozenDictionary<string, SiteDevice> Devices { get; init; } = FrozenDictionary<string, SiteDevice>.Empty;

    /// <summary>Accounts that may let a report go; empty: every admin.</summary>
    public FrozenSet<string> Approvers { get; init; } = FrozenSet<string>.Empty;
}
