namespace AvGateway.Faults.Toxics;

/// <summary>A serial port at a stable path that leads to another one. After a break it comes back as a new terminal at the same path.</summary>
public sealed class PtyProxy : ToxicProxy
{
    private readonly string _path;
    private readonly Task _running;

    /// <param name="path">Where the symbolic link shall stand.</param>
    /// <param name="device">The serial port of the device.</param>
    public PtyProxy(string path, string device, int seed) : base(seed)
    {
        _path = path;
        var first = Renew();
        _running = RunAsync(first, device);
    }

    /// <summary>In front of a device's own link, <c>serial:PATH</c>.</summary>
    public static PtyProxy Before(string uri, string path, int seed) => new(path, uri["serial:".Length..].Split('?')[0], seed);

    public override string Uri => $"serial:{_path}";

    private async Task RunAsync(Terminal gateway, string device)
    {
        while (true)
        {
            await Carry(gateway, Terminal.Open(device));
            if (Stopping.IsCancellationRequested) return;
            gateway = Renew();
        }
    }

    private Terminal Renew()
    {
        var terminal = Terminal.Create();
        var aside = $"{_path}.new";
        File.CreateSymbolicLink(aside, terminal.Path);
        File.Move(aside, _path, overwrite: true);
        return terminal;
    }
}
