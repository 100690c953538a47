using System.Net;
using System.Text;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Farm;

/// <summary>
/// Square matrices that speak as the Videohub protocol's manual describes, each on an address of its own in 127.64.0.0/10. What each output shows and when
/// that came about is kept here, so that a report which came too early, too late or never is known.
/// </summary>
internal sealed class DeviceFarm
{
    public const int Port = 27990;

    private const int PerNet = 250;

    private readonly Loop _loop;
    private readonly FarmDevice[] _devices;
    private readonly byte[] _constant;

    public DeviceFarm(Loop loop, int devices, int ports)
    {
        (_loop, Ports) = (loop, ports);
        Shown = new int[devices * ports];
        CommandedAt = new long[devices * ports];
        for (var i = 0; i < Shown.Length; i++) Shown[i] = i % ports;
        _constant = Labels(ports);
        _devices = [.. Enumerable.Range(0, devices).Select(i => new FarmDevice(this, loop, i))];
        Listen();
    }

    /// <summary>Inputs and outputs of each device.</summary>
    public int Ports { get; }

    public int Count => _devices.Length;

    /// <summary>The input at each output, device after device.</summary>
    public int[] Shown { get; }

    /// <summary>When the device last took a command for that output.</summary>
    public long[] CommandedAt { get; }

    public long Commands { get; set; }

    public long Polls { get; set; }

    /// <summary>Links ever taken.</summary>
    public long Accepted { get; set; }

    /// <summary>Devices that somebody is connected to.</summary>
    public int Linked { get; set; }

    public static IPAddress AddressOf(int device) => new([127, (byte)(64 + device / PerNet / 250), (byte)(device / PerNet % 250), (byte)(device % PerNet + 1)]);

    public void Listen()
    {
        foreach (var device in _devices) device.Listen(new(AddressOf(device.Index), Port));
    }

    /// <summary>Every link is reset and every new one refused, as when a room's switch loses power.</summary>
    public void GoDown()
    {
        foreach (var device in _devices) device.GoDown();
    }

    public void End() => GoDown();

    /// <summary>Somebody turned a knob: the next input appears at this output and all who listen are told.</summary>
    public void Change(int device, int output)
    {
        var index = device * Ports + output;
        Shown[index] = (Shown[index] + 1) % Ports;
        _devices[device].TellRoute(output, Shown[index]);
    }

    internal ReadOnlySpan<byte> Constant => _constant;

    private static byte[] Labels(int ports)
    {
        var text = new StringBuilder();
        Block("INPUT LABELS:", i => $"{i} Input {i + 1}");
        Block("OUTPUT LABELS:", i => $"{i} Output {i + 1}");
        Block("VIDEO OUTPUT LOCKS:", i => $"{i} U");
        return Encoding.ASCII.GetBytes(text.ToString());

        void Block(string header, Func<int, string> line)
        {
            text.Append(header).Append('\n');
            for (var i = 0; i < ports; i++) text.Append(line(i)).Append('\n');
            text.Append('\n');
        }
    }
}
