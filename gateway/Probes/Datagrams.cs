using System.Net.Sockets;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes;

/// <summary>Questions by datagram: what is lost is asked again, what is no answer to us is passed over.</summary>
internal static class Datagrams
{
    private const int Longest = 65_535;

    public static async Task<byte[]> AskAsync(Socket socket, byte[] question, Func<ReadOnlySpan<byte>, bool> isAnswer, TimeSpan again, ProbeTurn turn, CancellationToken late)
    {
        var bytes = new byte[Longest];
        while (true)
        {
            await socket.SendAsync(question, SocketFlags.None, late);
            using var patience = new CancellationTokenSource(again, turn.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, late);
            try
            {
                while (true)
                {
                    var length = await socket.ReceiveAsync(bytes, SocketFlags.None, either.Token);
                    if (isAnswer(bytes.AsSpan(0, length))) return bytes[..length];
                    turn.Note("a datagram that answers something else");
                }
            }
            catch (OperationCanceledException) when (!late.IsCancellationRequested)
            {
                turn.Note("no answer yet; asked again");
            }
        }
    }
}
