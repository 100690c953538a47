using System.Net.Sockets;
using System.Text;

namespace Acme.Tests;

public sealed class SimulatedDisplayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [MemberData(nameof(Transcript.All), MemberType = typeof(Transcript))]
    public async Task The_simulated_display_answers_as_the_manual_says(string name)
    {
        await using var bench = await Bench.StartAsync();
        bench.Display.SetSwitch("follow-delay", "0ms");
        using var socket = new TcpClient();
        await socket.ConnectAsync(bench.Link.Host, bench.Link.Port!.Value, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();

        foreach (var (isSent, bytes) in Transcript.Read(name).Steps)
        {
            if (isSent)
            {
                await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
                continue;
            }

            var answer = new byte[bytes.Length];
            await stream.ReadExactlyAsync(answer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.Equal(Encoding.Latin1.GetString(bytes), Encoding.Latin1.GetString(answer));
        }
    }
}
