using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.Devices;
using AvGateway.Links;
using Renci.SshNet;

namespace AvGateway.Drivers.Transports.Ssh;

/// <summary>How a command ended on a host.</summary>
/// <param name="ExitCode">Null when the host told none, or it was given up because it printed too much.</param>
public sealed record SshRan(int? ExitCode, string Output, string Error);

/// <summary>Runs one command on a host and takes what it prints: a connection of its own each time, with the same log-in and pinned key as a link.</summary>
public sealed class SshCommands(TimeProvider clock, HostResolver resolver)
{
    private const int MostOutput = 64 * 1024;

    /// <summary>Findings about a target.</summary>
    public static IEnumerable<string> Check(LinkAddress address)
    {
        if (address.Option(SshOpening.TerminalOption) is not null) yield return $"a command has no terminal; take \"{SshOpening.TerminalOption}\" out";
        else foreach (var finding in SshLinkFactory.CheckAddress(address)) yield return finding;
        if (address.Option(HostKeys.Option) is null) yield return $"no host key is pinned; add ?{HostKeys.Option}=SHA256:…, as \"ssh-keygen -lf\" prints it on the host";
    }

    /// <exception cref="LinkException">The host was not reached, or refuses the user.</exception>
    public async Task<SshRan> RunAsync(LinkAddress address, Secret? secret, string command, TimeSpan within, CancellationToken late)
    {
        var addresses = await resolver.ResolveAsync(address.Host, late);
        for (var i = 0; ; i++)
        {
            try
            {
                return await RunAsync(address, addresses[i], secret, command, within / addresses.Length, late);
            }
            catch (SocketException) when (i < addresses.Length - 1)
            {
                // Names often have an IPv6 address first that nothing routes; the last error is the one that is told.
            }
            catch (SocketException e)
            {
                throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {SocketWords.Explain(e.SocketErrorCode)}", e);
            }
        }
    }

    private async Task<SshRan> RunAsync(LinkAddress address, IPAddress host, Secret? secret, string command, TimeSpan within, CancellationToken late)
    {
        SshOpening opening;
        try
        {
            opening = new(address, host, within, secret);
        }
        catch (Renci.SshNet.Common.SshException e)
        {
            throw new LinkException(StatusReasons.AccessDenied, $"{address}: the private key of \"secret\" cannot be read: {e.Message}", e);
        }

        try
        {
            return await OwnThread.RunAsync($"run at {address.Host}", () => opening.Guarded(() => Run(opening.Client, command))).WaitAsync(within, clock, late);
        }
        catch (TimeoutException e)
        {
            throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {SocketWords.Explain(SocketError.TimedOut)}", e);
        }
        finally
        {
            // Also what is still under way ends with its client; nobody waits for that.
            _ = OwnThread.RunAsync($"close {address.Host}", opening.Close);
        }
    }

    private static SshRan Run(SshClient client, string text)
    {
        using var command = client.CreateCommand(text);
        var running = command.BeginExecute();
        var output = Read(command.OutputStream, out var isAll);
        if (!isAll)
        {
            command.CancelAsync();
            return new(null, output, $"more than {MostOutput} bytes were printed; the command was given up");
        }

        command.EndExecute(running);
        return new(command.ExitStatus, output, Read(command.ExtendedOutputStream, out _));
    }

    private static string Read(Stream stream, out bool isAll)
    {
        var bytes = new byte[MostOutput + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        isAll = length <= MostOutput;
        return Encoding.UTF8.GetString(bytes, 0, Math.Min(length, MostOutput));
    }
}
