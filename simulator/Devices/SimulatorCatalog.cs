using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Simulator.Devices;

/// <summary>The simulated protocols by name, found in this assembly: adding one edits no list.</summary>
public sealed class SimulatorCatalog
{
    private readonly SortedDictionary<string, SimulatorDescriptor> _byProtocol = new(StringComparer.Ordinal);

    private SimulatorCatalog(IEnumerable<SimulatorDescriptor> descriptors)
    {
        foreach (var descriptor in descriptors) _byProtocol.Add(descriptor.Protocol, descriptor);
    }

    public static SimulatorCatalog BuiltIn { get; } = new(
        from type in typeof(SimulatorCatalog).Assembly.GetTypes()
        where type is { IsAbstract: false } && type.IsAssignableTo(typeof(ICatalogued))
        select (SimulatorDescriptor)type.GetProperty(nameof(ICatalogued.Descriptor))!.GetValue(null)!);

    public IReadOnlyCollection<SimulatorDescriptor> All => _byProtocol.Values;

    /// <summary>This catalog and one more.</summary>
    public SimulatorCatalog With(SimulatorDescriptor descriptor) => new([.. All, descriptor]);

    public bool TryFind(string protocol, [NotNullWhen(true)] out SimulatorDescriptor? descriptor) =>
        _byProtocol.TryGetValue(protocol, out descriptor);

    /// <summary>Makes a device with its start switches set. Throws <see cref="CannotSimulateException"/> for what is not there.</summary>
    public SimulatedDevice Create(DeviceSetting setting, TimeProvider time)
    {
        if (!TryFind(setting.Protocol, out var descriptor))
            throw new CannotSimulateException(
                $"No simulator for protocol '{setting.Protocol}'; there is {string.Join(", ", _byProtocol.Keys)}.");
        var device = descriptor.Create(setting, time);
        if (device.UseStartSwitches(setting.Switches) is { } problem)
        {
            device.Dispose();
            var known = problem.Known is { } names ? $" Known: {string.Join(", ", names)}." : "";
            throw new CannotSimulateException($"{problem.Detail} {problem.Remedy}{known}");
        }

        return device;
    }
}
