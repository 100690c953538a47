using System.Globalization;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>Controllers that have announced themselves and must give a sign of life in time, or are listed as disconnected.</summary>
internal sealed class CodecPeripherals(SimulatedCodec codec, XapiTree status)
{
    private const int FirstNumber = 1002;
    private const int MostPeripherals = 20;

    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, (string Path, IDisposable? Timeout)> _byId = new(StringComparer.Ordinal);

    public XapiResult Connect(XapiArguments arguments)
    {
        var id = arguments.Text("ID");
        if (!_byId.ContainsKey(id) && _byId.Count == MostPeripherals) return XapiResult.Error("Too many peripherals");
        var path = _byId.TryGetValue(id, out var known)
            ? known.Path
            : string.Create(CultureInfo.InvariantCulture, $"Peripherals ConnectedDevice {FirstNumber + _byId.Count}");
        status.Set($"{path} HardwareInfo", arguments.Text("HardwareInfo"), true);
        status.Set($"{path} ID", id, true);
        status.Set($"{path} Name", arguments.Text("Name"), true);
        status.Set($"{path} SerialNumber", arguments.Text("SerialNumber"), true);
        status.Set($"{path} SoftwareInfo", arguments.Text("SoftwareInfo"), true);
        status.Set($"{path} Status", "Connected");
        status.Set($"{path} Type", arguments.Text("Type"));
        _byId[id] = (path, known.Timeout);
        Rearm(id, FirstPatience);
        return XapiResult.Ok;
    }

    public XapiResult HeartBeat(XapiArguments arguments)
    {
        var id = arguments.Text("ID");
        if (!_byId.TryGetValue(id, out var known)) return XapiResult.Error("Unknown peripheral");
        status.Set($"{known.Path} Status", "Connected");
        Rearm(id, arguments.Number("Timeout") is { } seconds ? TimeSpan.FromSeconds(seconds) : FirstPatience);
        return XapiResult.Ok;
    }

    public IEnumerable<string> Describe() => _byId.Select(each => $"{each.Key} {status[each.Value.Path + " Status"]}");

    private void Rearm(string id, TimeSpan patience)
    {
        var (path, timeout) = _byId[id];
        timeout?.Dispose();
        _byId[id] = (path, codec.Later(patience, () => status.Set($"{path} Status", "Disconnected")));
    }
}
