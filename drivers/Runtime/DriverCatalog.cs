using System.Reflection;

namespace AvGateway.Drivers.Runtime;

/// <summary>The drivers that are there. A driver is found by its public static <c>Manifest</c> field, those of an engine by <c>Manifests</c>, so adding one edits no shared file.</summary>
public sealed class DriverCatalog
{
    private readonly SortedDictionary<string, DriverManifest> _manifests = new(StringComparer.Ordinal);

    /// <summary>Looks through whole assemblies once, at start.</summary>
    public DriverCatalog(params IEnumerable<Assembly> assemblies)
        : this(assemblies.SelectMany(ManifestsOf))
    {
    }

    private DriverCatalog(IEnumerable<DriverManifest> manifests)
    {
        foreach (var manifest in manifests)
        {
            if (!_manifests.TryAdd(manifest.Name, manifest)) throw new InvalidOperationException($"two drivers are called \"{manifest.Name}\"");
        }
    }

    public IReadOnlyCollection<DriverManifest> Manifests => _manifests.Values;
    public DriverManifest? Find(string name) => _manifests.GetValueOrDefault(name);

    /// <summary>This catalog and some more, none of which has a name that is taken.</summary>
    public DriverCatalog With(IEnumerable<DriverManifest> others) => new(_manifests.Values.Concat(others));

    internal static IEnumerable<DriverManifest> ManifestsOf(Assembly assembly) => assembly.GetExportedTypes().SelectMany(ManifestsOf);

    private static IEnumerable<DriverManifest> ManifestsOf(Type type)
    {
        if (type.ContainsGenericParameters) return [];
        return Field("Manifest") is DriverManifest one ? [one] : Field("Manifests") as IEnumerable<DriverManifest> ?? [];

        object? Field(string name) => type.GetField(name, BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
    }
}
