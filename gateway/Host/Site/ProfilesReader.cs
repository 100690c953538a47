using AvGateway.Drivers;
using AvGateway.Drivers.Protocols.Profiled;
using AvGateway.Drivers.Runtime;

namespace AvGateway.Host.Site;

/// <summary>Profiles of the site's own: each becomes a driver, found by its name like those that come with the gateway.</summary>
internal sealed class ProfilesReader(List<Finding> findings)
{
    /// <summary>Read when the site file names no others.</summary>
    public const string Beside = "profiles/*.json";

    public static bool AreBeside(string folder) =>
        Path.Combine(folder, Path.GetDirectoryName(Beside)!) is var inside && Directory.Exists(inside) && Directory.EnumerateFiles(inside, Path.GetFileName(Beside)).Any();

    public DriverCatalog Read(IEnumerable<JsonNodeAt> files, DriverCatalog catalog)
    {
        var manifests = new List<DriverManifest>();
        foreach (var file in files)
        {
            if (Read(file) is not { } profile) continue;
            if (catalog.Find(profile.Driver) is not null) Taken(file, "a profile of this name comes with the gateway");
            else if (manifests.Exists(m => m.Name == profile.Driver)) Taken(file, $"a second profile is called \"{profile.Name}\"");
            else manifests.Add(ProfileManifest.Of(profile));
        }

        return manifests.Count == 0 ? catalog : catalog.With(manifests);
    }

    /// <summary>One file; null when something is wrong with it.</summary>
    public Profile? Read(JsonNodeAt file)
    {
        var profile = ProfileReader.Read(file.ToJson(), out var wrong);
        foreach (var finding in wrong) findings.Add((file.At(finding.Path) ?? file).Error(finding.Message, finding.Remedy) with { Path = finding.Path });
        return profile;
    }

    private void Taken(JsonNodeAt file, string message) => findings.Add((file["profile"] ?? file).Error(message, "give yours another name, for example with the court's at its end"));
}
