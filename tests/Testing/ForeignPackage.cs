using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Drivers.Runtime.Packages;

namespace AvGateway.Testing;

/// <summary>A folder with somebody else's driver, as <c>tests/Foreign</c> builds it; <see cref="Trouble"/> says what is wrong with it.</summary>
public sealed class ForeignPackage : IDisposable
{
    public const string Driver = "acme-switch";
    public const string Assembly = "Acme.Switch.dll";

    private const string TroubleName = "Acme.Trouble";

    public ForeignPackage()
    {
        Folder = Directory.CreateTempSubdirectory("avgw-package-").FullName;
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(here.Parent!.Parent!.FullName, "AvGateway.Foreign", here.Name);
        foreach (var file in Directory.GetFiles(built)) File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
    }

    public string Folder { get; }

    /// <summary>Of this process: <c>manifest</c>, <c>diagram</c>, <c>constructor</c>, or null.</summary>
    public static string? Trouble { set => AppContext.SetData(TroubleName, value); }

    public PackageListing Listing() => Listing(DeviceClass.Matrix);

    public PackageListing Listing(DeviceClass deviceClass) =>
        new("acme", Folder, PackageFolder.Hashes(Folder), ImmutableSortedDictionary<string, DeviceClass>.Empty.Add(Driver, deviceClass));

    public void Dispose()
    {
        Trouble = null;
        Directory.Delete(Folder, recursive: true);
    }
}
