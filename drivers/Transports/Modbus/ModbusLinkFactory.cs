using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Modbus;

/// <summary>Opens units of Modbus, over TCP or on a shared line. A line is opened with its first unit and closed after its last.</summary>
public sealed class ModbusLinkFactory(ILinkFactory tcp, ILinkFactory serial, TimeProvider clock) : ILinkFactory, IDisposable
{
    private readonly SemaphoreSlim _lines = new(1);

    // Bounded by the lines that the site file names.
    private readonly Dictionary<string, RtuBus> _buses = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Schemes { get; } = [ModbusAddress.TcpScheme, ModbusAddress.SerialScheme];

    public IEnumerable<string> Check(LinkAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ModbusAddress.Check(address, Below(address));
    }

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        var unit = ModbusAddress.UnitOf(address, Below(address), out var way);
        if (way.Scheme == "tcp") return new ModbusTcpLink(await tcp.OpenAsync(way, null, cancellation), unit);

        await _lines.WaitAsync(cancellation);
        try
        {
            return await JoinAsync(address, way, unit, cancellation);
        }
        finally
        {
            _lines.Release();
        }
    }

    public void Dispose() => _lines.Dispose();

    private async Task<ILink> JoinAsync(LinkAddress address, LinkAddress way, byte unit, CancellationToken cancellation)
    {
        var line = way.ToString();
        if (_buses.TryGetValue(line, out var bus) && bus.HasEnded)
        {
            _buses.Remove(line);
            await bus.DisposeAsync();
            bus = null;
        }

        if (bus is null)
        {
            var opened = await serial.OpenAsync(way, null, cancellation);
            _buses[line] = bus = new(opened, int.Parse(way.Option("baud") ?? "9600", System.Globalization.CultureInfo.InvariantCulture), clock);
        }

        var link = new ModbusSerialLink(unit, left => LeaveAsync(line, bus, left));
        link.On(bus);
        if (bus.Join(link) is { } refusal) throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {refusal}");
        return link;
    }

    private async ValueTask LeaveAsync(string line, RtuBus bus, ModbusSerialLink link)
    {
        // Not under the gate of a unit that joins: the line's own loop may be the one that tells of its end.
        await Task.Yield();
        await _lines.WaitAsync();
        try
        {
            if (!bus.Leave(link)) return;
            if (_buses.GetValueOrDefault(line) == bus) _buses.Remove(line);
            await bus.DisposeAsync();
        }
        finally
        {
            _lines.Release();
        }
    }

    private ILinkFactory Below(LinkAddress address) => address.Scheme == ModbusAddress.TcpScheme ? tcp : serial;
}
