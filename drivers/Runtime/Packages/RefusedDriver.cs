using AvGateway.Classes;

namespace AvGateway.Drivers.Runtime.Packages;

/// <summary>Stands where the driver of a refused package would: its devices are known, shown as out of use with their reason, and never opened.</summary>
public static class RefusedDriver
{
    public static DriverManifest Manifest(string name, DeviceClass deviceClass, string why) => new DriverManifest<Nothing>(name, deviceClass, "")
    {
        Links = [],
        Verbs = [],
        Properties = [],
        Reply = new(TimeSpan.FromSeconds(1), TimeSpan.Zero, Resync.Reconnect),
        Faults = [RuntimeFaults.DriverRefused],
        Diagram = () => "",
        Create = _ => throw new DriverRefusedException(why),
    };

    public static bool Is(DriverManifest manifest) => manifest is DriverManifest<Nothing>;

    private readonly record struct Nothing;
}

/// <summary>A device has no driver, since its package was not let in.</summary>
public sealed class DriverRefusedException(string why) : Exception(why);
