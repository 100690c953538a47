using System.Reflection;
using System.Runtime.Loader;

namespace AvGateway.Drivers.Runtime.Packages;

/// <summary>
/// Where the assemblies of one package live. The contract is the gateway's own, so that a driver's words are the gateway's words; everything else is
/// the package's, so that its libraries meet neither the gateway's nor another package's.
/// </summary>
internal sealed class PackageContext(string id, IReadOnlyDictionary<string, byte[]> files) : AssemblyLoadContext($"driver package {id}")
{
    public static readonly Assembly Contract = typeof(DriverManifest).Assembly;

    private static readonly string[] FrameworkNames = ["System", "mscorlib", "netstandard", "Microsoft.CSharp", "Microsoft.VisualBasic.Core", "Microsoft.Win32.Primitives", "Microsoft.Win32.Registry"];

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == Contract.GetName().Name) return Contract;
        if (Find(assemblyName) is { } bytes) return LoadFromStream(new MemoryStream(bytes));
        if (assemblyName.CultureName is { Length: > 0 } || IsFramework(assemblyName.Name!)) return null;

        // Null would end at the gateway's own libraries, which are no driver's.
        throw new FileNotFoundException($"{assemblyName.Name}.dll does not belong to the package; publish the driver with what it needs, and list it", $"{assemblyName.Name}.dll");
    }

    private byte[]? Find(AssemblyName name) => files.GetValueOrDefault(name.CultureName is { Length: > 0 } culture ? $"{culture}/{name.Name}.dll" : $"{name.Name}.dll");

    private static bool IsFramework(string name) => FrameworkNames.Contains(name) || name.StartsWith("System.", StringComparison.Ordinal);
}
