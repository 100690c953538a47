using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Drivers.Transports.Wake;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace AvGateway.Drivers.Transports.Ssh;

/// <summary>One command on an SSH connection of its own, on a thread of its own.</summary>
internal sealed class SshProgram(SshOpening opening, TimeSpan endsWithin, TimeProvider clock)
{
    /// <summary>What a command may say; more is not read, and the connection is closed.</summary>
    private const int MostOutput = 64 * 1024;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Throws <see cref="Links.LinkException"/> when the far end is not the one, or does not let us in.</summary>
    /// <param name="command">Null: only to see whether one could be run.</param>
    public ProgramEnd Run(string? command, CancellationToken cancellation)
    {
        try
        {
            opening.Connect();
            return command is null ? new(ProgramEndKind.Exited, "") : Execute(command, cancellation);
        }
        finally
        {
            opening.Close();
        }
    }

    private ProgramEnd Execute(string text, CancellationToken cancellation)
    {
        using var command = opening.Client.CreateCommand(text);
        try
        {
            var start = clock.GetTimestamp();
            var running = command.BeginExecute();
            while (!running.AsyncWaitHandle.WaitOne(LookEvery))
            {
                if (command.OutputStream.Length + command.ExtendedOutputStream.Length > MostOutput) return new(ProgramEndKind.Unsure, "the command says without end");
                if (cancellation.IsCancellationRequested) return new(ProgramEndKind.Unsure, "given up");
                if (clock.GetElapsedTime(start) > endsWithin) return new(ProgramEndKind.Unsure, $"the command told no status within {endsWithin.TotalSeconds:0} s");
            }

            command.EndExecute(running);
            var said = command.Error.Length > 0 ? command.Error : command.Result;
            return command.ExitStatus is { } status ? new(ProgramEndKind.Exited, said, status) : new(ProgramEndKind.Unsure, "the connection ended before a status was told");
        }
        catch (Exception e) when (e is SshException or IOException or ObjectDisposedException or SocketException or OperationCanceledException)
        {
            // It may have been carried out: a PC that goes down takes the connection with it.
            return new(ProgramEndKind.Unsure, e.Message);
        }
    }
}
