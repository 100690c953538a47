using System.Net.Sockets;
using AvGateway.Drivers.Transports.Wake;
using Renci.SshNet.Common;

namespace AvGateway.Drivers.Transports.Ssh;

/// <summary>One command on an SSH connection of its own.</summary>
/// <remarks>The library waits for the far end on whatever thread calls it; so threads of our own call it, and what is waited for here has an end.</remarks>
internal sealed class SshProgram(SshOpening opening, TimeSpan endsWithin, TimeProvider clock)
{
    /// <summary>What a command may say; at more the connection is closed.</summary>
    private const int MostOutput = 64 * 1024;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Throws <see cref="Links.LinkException"/> when the far end is not the one, or does not let us in.</summary>
    /// <param name="command">Null: only to see whether one could be run.</param>
    public async Task<ProgramEnd> RunAsync(string? command, CancellationToken cancellation)
    {
        try
        {
            var logIn = OwnThread.RunAsync("log in over ssh", () =>
            {
                opening.Connect();
                return true;
            });
            await logIn.WaitAsync(cancellation);
            return command is null ? new(ProgramEndKind.Exited, "") : await ExecuteAsync(command, cancellation);
        }
        finally
        {
            // Also what is still under way ends with its client; nobody waits for that.
            _ = OwnThread.RunAsync("close ssh", opening.Close);
        }
    }

    private async Task<ProgramEnd> ExecuteAsync(string text, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        try
        {
            var command = opening.Client.CreateCommand(text);
            var running = OwnThread.RunAsync("run over ssh", command.Execute);
            while (await Task.WhenAny(running, Task.Delay(LookEvery, clock, cancellation)) != running)
            {
                cancellation.ThrowIfCancellationRequested();
                if (command.OutputStream.Length + command.ExtendedOutputStream.Length > MostOutput) return new(ProgramEndKind.Unsure, "the command says without end");
                if (clock.GetElapsedTime(start) > endsWithin) return new(ProgramEndKind.Unsure, $"the command told no status within {endsWithin.TotalSeconds:0} s");
            }

            var said = await running;
            var end = command.ExitStatus is { } status
                ? new ProgramEnd(ProgramEndKind.Exited, command.Error.Length > 0 ? command.Error : said, status)
                : new(ProgramEndKind.Unsure, "the connection ended before a status was told");
            command.Dispose();
            return end;
        }
        catch (Exception e) when (e is SshException or IOException or ObjectDisposedException or SocketException)
        {
            // It may have been carried out: a PC that goes down takes the connection with it.
            return new(ProgramEndKind.Unsure, e.Message);
        }
    }
}
