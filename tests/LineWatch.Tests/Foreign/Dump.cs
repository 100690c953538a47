using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.LineWatch.Tests.Verdict;

namespace AvGateway.LineWatch.Tests.Foreign;

/// <summary>A real capture of this machine, or of one of its network namespaces, into a file.</summary>
internal sealed class Dump : IAsyncDisposable
{
    // No media, no message: readers pass it over.
    private const string LastOne = "AVGW: THIS IS THE LAST ONE";

    private readonly Process _process;
    private readonly Func<Task> _sendLastOne;
    private readonly Task _copying;
    private readonly Signal _news = new();
    private readonly TaskCompletionSource _sawLastOne = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _octets;

    private Dump(Process process, string file, Func<Task> sendLastOne)
    {
        (_process, _sendLastOne) = (process, sendLastOne);
        _copying = Task.Run(() => CopyAsync(file));
    }

    /// <param name="ports">UDP ports on lo: others use it as well.</param>
    public static Task<Dump> OfLoopbackAsync(string file, params int[] ports)
    {
        var last = Tools.FreePort();
        var filter = string.Join(" or ", ports.Append(last).Select(p => string.Create(CultureInfo.InvariantCulture, $"udp port {p}")));
        return BegunAsync(new(Tools.Start(Tools.Find("dumpcap", "tshark"), "-i", "lo", "-f", filter, "-q", "-w", "-"), file, async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await socket.SendToAsync(Encoding.ASCII.GetBytes(LastOne), new IPEndPoint(IPAddress.Loopback, last));
        }));
    }

    /// <summary>UDP at a port of a box.</summary>
    /// <param name="neighbour">An address beyond that port.</param>
    public static Task<Dump> OfBoxAsync(string file, NetworkSpace space, string box, string port, string neighbour) =>
        BegunAsync(new(space.Start(box, new(Tools.Find("dumpcap", "tshark"), ["-i", port, "-f", "udp", "-q", "-w", "-"])), file, () => space.InAsync(box, "bash", "-c", $"echo '{LastOne}' > /dev/udp/{neighbour}/9")));

    /// <summary>Ends when so many octets were captured.</summary>
    public Task HasAsync(long octets) => _news.UntilAsync(() => Interlocked.Read(ref _octets) >= octets, () => $"{_octets} octets were captured");

    /// <summary>Ends once all that went by before is in the file: one more datagram is sent behind it, and waited for.</summary>
    public async Task EndAsync()
    {
        await _sendLastOne();
        await _sawLastOne.Task.WaitAsync(Tools.Patience, TestContext.Current.CancellationToken);

        // By an order to end, so that its last block is whole.
        await Tools.AskAsync("bash", "-c", $"pkill -INT -P {_process.Id} || kill -INT {_process.Id}");
        await _copying.WaitAsync(Tools.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Tools.Patience);
        await _copying.WaitAsync(Tools.Patience);
    }

    private static async Task<Dump> BegunAsync(Dump dump)
    {
        var said = "";
        while (!said.Contains("File:", StringComparison.Ordinal))
        {
            var line = await dump._process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Tools.Patience);
            Assert.True(line is not null, said);
            said += line + "\n";
        }

        return dump;
    }

    private async Task CopyAsync(string file)
    {
        await using var output = File.Create(file);
        var last = Encoding.ASCII.GetBytes(LastOne);
        var (buffer, tail) = (new byte[64 * 1024], Array.Empty<byte>());
        while (await _process.StandardOutput.BaseStream.ReadAsync(buffer) is > 0 and var read)
        {
            await output.WriteAsync(buffer.AsMemory(0, read));
            Interlocked.Add(ref _octets, read);
            _news.Raise();
            tail = [.. tail.AsSpan(Math.Max(0, tail.Length - last.Length)), .. buffer.AsSpan(0, read)];
            if (tail.AsSpan().IndexOf(last) >= 0) _sawLastOne.TrySetResult();
        }
    }
}
