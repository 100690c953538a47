using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Drivers.Runtime.Packages;

/// <summary>Loads packages of drivers that are not ours. The same files are loaded once in the life of the process, however often a site is read.</summary>
public sealed class PackageShelf
{
    /// <summary>What reading a manifest may take; a driver that needs longer waits for something, and a gateway that starts does not.</summary>
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (IReadOnlyList<DriverManifest>? Manifests, Exception? Failure)> _read = new(StringComparer.Ordinal);

    /// <summary>The drivers of a package, or null when it is not let in; why, and what of its folder is not, is added to the refusals.</summary>
    public IReadOnlyList<DriverManifest>? Load(PackageListing listing, List<PackageRefusal> refusals)
    {
        if (PackageFolder.Read(listing, refusals) is not { } files) return null;
        lock (_gate)
        {
            var key = Fingerprint(listing);
            if (!_read.TryGetValue(key, out var read)) _read[key] = read = ReadInTime(listing.Id, files);
            if (read.Failure is { } failure)
            {
                refusals.Add(new(null, $"its drivers could not be read: {Words(failure)}", "ask whoever made the package for one that fits this gateway"));
                return null;
            }

            return Expected(listing, read.Manifests!, refusals);
        }
    }

    /// <summary>One hash for all listed files.</summary>
    public static string Fingerprint(PackageListing listing) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', listing.Files.Select(f => $"{f.Value}  {f.Key}")))));

    private static IReadOnlyList<DriverManifest>? Expected(PackageListing listing, IReadOnlyList<DriverManifest> found, List<PackageRefusal> refusals)
    {
        if (listing.Brings is not { } brings) return found;
        var before = refusals.Count;
        foreach (var (name, expected) in brings)
        {
            if (found.FirstOrDefault(m => m.Name == name) is not { } manifest) refusals.Add(new(null, $"it brings no driver \"{name}\"", $"it brings {Names(found)}"));
            else if (manifest.Class != expected)
                refusals.Add(new(null, $"its driver \"{name}\" is of the class {Word(manifest.Class)}, listed is {Word(expected)}", "check what it is, and list its class"));
        }

        foreach (var stranger in found.Where(m => !brings.ContainsKey(m.Name)))
            refusals.Add(new(null, $"it brings a driver \"{stranger.Name}\" that is not listed", "check it and list it in \"brings\""));
        return refusals.Count == before ? found : null;
    }

    /// <summary>On a thread of its own, which is left behind if the package never gives it back.</summary>
    private static (IReadOnlyList<DriverManifest>?, Exception?) ReadInTime(string id, Dictionary<string, byte[]> files)
    {
        (IReadOnlyList<DriverManifest>?, Exception?) read = (null, new TimeoutException($"it does not come to an end within {ReadWithin.TotalSeconds:0} s"));
        var reading = new Thread(() => read = TryRead(id, files)) { IsBackground = true, Name = $"reading {id}" };
        reading.Start();
        return reading.Join(ReadWithin) ? read : (null, new TimeoutException($"it does not come to an end within {ReadWithin.TotalSeconds:0} s"));
    }

    private static (IReadOnlyList<DriverManifest>?, Exception?) TryRead(string id, Dictionary<string, byte[]> files)
    {
        try
        {
            return (ReadManifests(id, files), null);
        }
        catch (Exception theirs)
        {
            // Their code runs here for the first time: whatever it throws refuses the package and nothing else.
            return (null, theirs);
        }
    }

    private static DriverManifest[] ReadManifests(string id, Dictionary<string, byte[]> files)
    {
        var context = new PackageContext(id, files);
        var names = files.Where(f => !f.Key.Contains('/', StringComparison.Ordinal) && f.Key.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            .Where(f => SpeaksTheContract(f.Value)).Select(f => Path.GetFileNameWithoutExtension(f.Key)).Where(n => n != PackageContext.Contract.GetName().Name).ToArray();
        if (names.Length == 0) throw new BadImageFormatException($"none of its files is an assembly that refers to {PackageContext.Contract.GetName().Name}");
        var manifests = names.SelectMany(name => DriverCatalog.ManifestsOf(context.LoadFromAssemblyName(new(name)))).Select(m => m.Accept(new Whole())).ToArray();
        return manifests.Length > 0 ? manifests : throw new MissingFieldException("no exported type has a public static field \"Manifest\"");
    }

    private static bool SpeaksTheContract(byte[] bytes)
    {
        using var file = new PEReader([.. bytes]);
        if (!file.HasMetadata) return false;
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.AssemblyReferences)
        {
            var reference = metadata.GetAssemblyReference(handle);
            if (metadata.GetString(reference.Name) != PackageContext.Contract.GetName().Name) continue;
            var ours = PackageContext.Contract.GetName().Version!;
            return reference.Version <= ours ? true : throw new BadImageFormatException($"it was built for version {reference.Version} of the driver contract; this gateway has {ours}");
        }

        return false;
    }

    private static string Words(Exception failure)
    {
        while (failure is TypeInitializationException or TargetInvocationException or FileNotFoundException or FileLoadException && failure.InnerException is { } inner) failure = inner;
        return failure is TimeoutException or BadImageFormatException or FileNotFoundException or MissingFieldException ? failure.Message : $"{failure.GetType().Name}: {failure.Message}";
    }

    private static string Names(IReadOnlyList<DriverManifest> manifests) => string.Join(", ", manifests.Select(m => $"\"{m.Name}\""));

    private static string Word(Classes.DeviceClass word) => word.ToString().ToLowerInvariant();

    /// <summary>Takes everything out of a manifest once: what a list or a diagram of theirs does later can then surprise nobody.</summary>
    private sealed class Whole : IManifestVisitor<DriverManifest>
    {
        public DriverManifest Visit<TReply>(DriverManifest<TReply> manifest)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(manifest.Name);
            ArgumentNullException.ThrowIfNull(manifest.Create);
            ArgumentNullException.ThrowIfNull(manifest.Reply);
            var diagram = manifest.Diagram();
            return manifest with
            {
                Links = Taken(manifest.Links),
                Verbs = Taken(manifest.Verbs),
                Properties = Taken(manifest.Properties),
                Faults = Taken(manifest.Faults),
                Options = Taken(manifest.Options),
                Modes = Taken(manifest.Modes),
                ModeWords = Taken(manifest.ModeWords),
                Diagram = () => diagram,
            };
        }

        private static ImmutableArray<T> Taken<T>(IReadOnlyList<T> list) where T : class
        {
            ImmutableArray<T> taken = [.. list];
            return taken.Contains(null!) ? throw new ArgumentNullException(typeof(T).Name) : taken;
        }
    }
}
