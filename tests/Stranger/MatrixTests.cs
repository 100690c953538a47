using System.Net.Sockets;
using System.Text;
using AvGateway.Simulator.Devices.Courts;

/// <summary>Somebody else's program and somebody else's test.</summary>
public sealed class MatrixTests
{
    [Fact]
    public async Task A_matrix_that_acknowledges_and_does_nothing_is_found_out()
    {
        await using var court = await SimulatedCourt.StartAsync([new("court-1", "matrix", "videohub")], TimeProvider.System);
        var matrix = court.Find("court-1", "matrix")!;
        matrix.Device.SetSwitch("frozen", true);

        var answer = await AskAsync(new(matrix.Link.Uri), "VIDEO OUTPUT ROUTING:\n1 3\n\n", "ACK");

        Assert.Contains("ACK", answer);
        Assert.Equal(1, (int?)matrix.Device.State()["routing"]![1]);
    }

    private static async Task<string> AskAsync(Uri link, string words, string until)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(link.Host, link.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(words), TestContext.Current.CancellationToken);
        var heard = "";
        var buffer = new byte[4096];
        while (!heard.Contains(until))
        {
            var count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            if (count == 0) break;
            heard += Encoding.UTF8.GetString(buffer, 0, count);
        }

        return heard;
    }
}
