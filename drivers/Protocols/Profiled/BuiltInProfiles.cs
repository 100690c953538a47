namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>The profiles that come with the gateway; the catalogue finds their manifests here.</summary>
public static class BuiltInProfiles
{
    private const string Folder = "profiles/";

    public static readonly IReadOnlyList<DriverManifest> Manifests = [.. Names().Select(Read)];

    /// <summary>Name of each, as in <c>sony-vpl</c>.</summary>
    public static IEnumerable<string> Names() => typeof(BuiltInProfiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => Path.GetFileNameWithoutExtension(name)).Order(StringComparer.Ordinal);

    /// <summary>The file of a profile, to be read or copied; null when there is none of that name.</summary>
    public static byte[]? File(string name)
    {
        using var stream = typeof(BuiltInProfiles).Assembly.GetManifestResourceStream($"{Folder}{name}.json");
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static DriverManifest Read(string name)
    {
        var profile = ProfileReader.Read(File(name)!, out var findings);
        if (profile is null || profile.Name != name) throw new InvalidOperationException($"the profile {name}: {string.Join("; ", findings.Select(f => $"{f.Path}: {f.Message}").DefaultIfEmpty("its file has another name"))}");
        return ProfileManifest.Of(profile, Grade.Room);
    }
}
