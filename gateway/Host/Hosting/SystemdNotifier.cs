using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AvGateway.Host.Hosting;

/// <summary>Tells systemd how the gateway is (sd_notify(3)): datagrams to the socket named by <c>NOTIFY_SOCKET</c>; silent where there is none.</summary>
internal sealed class SystemdNotifier(string? socketPath, string? watchdogMicroseconds)
{
    public static SystemdNotifier FromEnvironment() =>
        new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Environment.GetEnvironmentVariable("WATCHDOG_USEC"));

    /// <summary>How often to feed the watchdog: a third of its time; null when systemd watches nothing.</summary>
    public TimeSpan? FeedEvery =>
        long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var us) && us > 0 && socketPath is not null
            ? TimeSpan.FromMicroseconds(us / 3d)
            : null;

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");
    public void Stopping() => Send("STOPPING=1");
    public void Alive() => Send("WATCHDOG=1");
    public void Status(string status) => Send($"STATUS={status}");

    private void Send(string state)
    {
        if (string.IsNullOrEmpty(socketPath)) return;

        // A leading @ is the abstract namespace, which the kernel writes as a zero byte.
        var path = socketPath[0] == '@' ? '\0' + socketPath[1..] : socketPath;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            // systemd notices a missing notification by itself; the gateway must not fail because of its overseer.
        }
    }
}
