using System.Net.Sockets;
using AvGateway.Simulator.Devices.Links;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Courts;

/// <summary>One running simulated device and the link that a gateway would use for it.</summary>
public sealed record CourtDevice(DeviceSetting Setting, SimulatedDevice Device, ISimulatedLink Link)
{
    public string Id => Setting.Id;
}

/// <summary>
/// A courthouse of simulated devices, each on its real wire: TCP ports on loopback, pseudo-terminals for serial lines. Devices may be added
/// while it runs. Disposing it closes everything and removes the device nodes it made.
/// </summary>
public sealed class SimulatedCourt(TimeProvider time, SimulatorCatalog? catalog = null) : IAsyncDisposable
{
    private readonly SimulatorCatalog _catalog = catalog ?? SimulatorCatalog.BuiltIn;
    private readonly Lock _gate = new();
    private readonly List<CourtDevice> _devices = [];
    private readonly PtyRoom _ptys = new();

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyList<CourtDevice> Devices
    {
        get
        {
            lock (_gate) return [.. _devices];
        }
    }

    /// <summary>Starts all the devices; when one cannot be started, none is left running.</summary>
    public static async Task<SimulatedCourt> StartAsync(IEnumerable<DeviceSetting> settings, TimeProvider time, SimulatorCatalog? catalog = null)
    {
        var court = new SimulatedCourt(time, catalog);
        try
        {
            foreach (var setting in settings) court.Add(setting);
            return court;
        }
        catch (CannotSimulateException)
        {
            await court.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts one device. Throws <see cref="CannotSimulateException"/> for an unknown protocol, link kind or switch, a taken id, and when
    /// its link cannot be had.
    /// </summary>
    public CourtDevice Add(DeviceSetting setting)
    {
        lock (_gate)
        {
            if (_devices.Any(each => each.Id == setting.Id))
                throw new CannotSimulateException($"There is already a device '{setting.Id}'.");
            var device = _catalog.Create(setting, time);
            try
            {
                var added = new CourtDevice(setting, device, Connect(device, setting));
                _devices.Add(added);
                return added;
            }
            catch (CannotSimulateException)
            {
                device.Dispose();
                throw;
            }
        }
    }

    public CourtDevice? Find(string room, string device)
    {
        lock (_gate) return _devices.Find(each => each.Setting.Room == room && each.Setting.Device == device);
    }

    /// <summary>Every device back to its first start.</summary>
    public void Reset()
    {
        foreach (var each in Devices) each.Device.Reset();
    }

    public async ValueTask DisposeAsync()
    {
        CourtDevice[] devices;
        lock (_gate)
        {
            devices = [.. _devices];
            _devices.Clear();
        }

        foreach (var each in devices) each.Device.Dispose();
        await Task.WhenAll(devices.Select(each => each.Link.DisposeAsync().AsTask()));
        _ptys.Dispose();
    }

    private ISimulatedLink Connect(SimulatedDevice device, DeviceSetting setting)
    {
        var kind = setting.Link ?? device.About.Links[0];
        if (!device.About.Links.Contains(kind))
        {
            throw new CannotSimulateException(
                $"'{device.About.Protocol}' has no {kind} link; it has {string.Join(", ", device.About.Links)}.");
        }

        try
        {
            if (device is WakeOnLan.SimulatedPc pc) return PcLink.Start(pc, setting.Bind, setting.Port);
            return kind switch
            {
                LinkKind.Serial => _ptys.Start(device, setting),
                LinkKind.Udp => UdpLink.Start(device, setting.Bind, setting.Port),
                LinkKind.Sip => SipLink.Start((SipCodec.SimulatedSip)device, setting.Bind, setting.Port),
                _ => TcpLink.Start(device, setting.Bind, setting.Port, kind),
            };
        }
        catch (SocketException failed)
        {
            throw new CannotSimulateException($"{setting.Id}: cannot listen on {setting.Bind}:{setting.Port}: {failed.Message}.", failed);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            throw new CannotSimulateException($"{setting.Id}: {failed.Message}", failed);
        }
    }
}
