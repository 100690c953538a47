using System.Net.Sockets;
using System.Text;
using AvGateway.Devices;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>Whether a port takes connections, and what it says first or after a line was sent.</summary>
internal sealed class TcpProbe(Reach reach)
{
    private const int MostRead = 4096;

    public static ProbeKind Kind(ProbeTools tools) => new("tcp", "A TCP port takes connections", "TCP 端口可连接", "tcp://HOST:PORT", new TcpProbe(new(tools.Names)).RunAsync)
    {
        Schemes = ["tcp"],
        Check = CommonMeasures.HostAndPort,
        Options =
        [
            new("send", ValueKind.Text, "", "A line that is sent once connected", "连接后发送的一行"),
            new("expect", ValueKind.Text, "", "What the first answer must contain", "首次应答须包含的内容"),
        ],
        CheckOptions = options => options["send"].Text is { Length: > 0 } && options["expect"].Text is not { Length: > 0 } ? ["\"send\" without \"expect\" proves nothing more than the connection"] : [],
        Measures = [CommonMeasures.OfLatency()],
    };

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var (target, options) = (turn.Plan.Target!, turn.Plan.Options);
        using var socket = await reach.ConnectAsync(target.Host, target.Port!.Value, turn, late);
        var connected = CommonMeasures.Took(turn.Elapsed);
        if (options["expect"].Text is not { Length: > 0 } expected) return ProbeSight.Seen(new("已连接", "connected"), connected);
        if (options["send"].Text is { Length: > 0 } line) await socket.SendAsync(Encoding.UTF8.GetBytes(line + "\r\n"), SocketFlags.None, late);
        var said = await ReadUntilAsync(socket, expected, late);
        turn.Note($"it says {said}");
        return said.Contains(expected, StringComparison.Ordinal)
            ? ProbeSight.Seen(new("已连接，应答正确", "connected, and it says what it should"), connected)
            : ProbeSight.Wrong(new($"已连接，但应答中没有“{expected}”", $"connected, and \"{expected}\" was not said"), connected);
    }

    private static async Task<string> ReadUntilAsync(Socket socket, string expected, CancellationToken late)
    {
        var bytes = new byte[MostRead];
        var length = 0;
        while (length < bytes.Length)
        {
            var count = await socket.ReceiveAsync(bytes.AsMemory(length), SocketFlags.None, late);
            if (count == 0) break;
            length += count;
            if (Encoding.UTF8.GetString(bytes, 0, length).Contains(expected, StringComparison.Ordinal)) break;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
