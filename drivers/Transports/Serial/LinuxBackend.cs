using AvGateway.Devices;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>Serial ports by Linux's own calls, all of them served by one thread.</summary>
internal sealed partial class LinuxBackend(ILogger log) : ISerialBackend
{
    private readonly SerialLoop _loop = new();

    public string RealPath(string path) => Tty.RealPath(path);

    public OpenLink Open(string path, SerialSettings settings, Action<Action> close)
    {
        var tty = Tty.Open(path, settings, line => LogNoLine(path, line));
        var link = new LinuxSerialLink(tty, _loop, close);
        if (_loop.TryAdd(link)) return link;
        tty.Close();
        throw new LinkException(StatusReasons.ConnectFailed, $"{path}: the process has no file descriptors left; raise LimitNOFILE");
    }

    [LoggerMessage(3200, LogLevel.Information, "{Path} has no line {Line}; the setting has no effect")]
    private partial void LogNoLine(string path, string line);
}
