using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AvGateway.Testing.Ssh;

/// <summary>A real OpenSSH server on loopback that lets the user of this process in by a key and runs one command for it.</summary>
public sealed class OpenSshServer : IDisposable
{
    private const string Program = "/usr/sbin/sshd";
    private static readonly TimeSpan ListensWithin = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private OpenSshServer(DirectoryInfo folder, Process process, int port, string fingerprint, string key)
    {
        (_folder, _process, Port, Fingerprint, Key) = (folder, process, port, fingerprint, key);
    }

    /// <summary>Null where there is no server on this machine.</summary>
    public static string? Missing => File.Exists(Program) ? null : "openssh-server is not installed";

    public int Port { get; }

    /// <summary>Of the server's host key.</summary>
    public string Fingerprint { get; }

    /// <summary>The user's private key.</summary>
    public string Key { get; }

    public string Link => $"ssh://{Environment.UserName}@127.0.0.1:{Port}?hostKey={Fingerprint}";

    public static async Task<OpenSshServer> StartAsync(string command, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("avgw-sshd-");
        string At(string name) => Path.Combine(folder.FullName, name);
        await RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", At("host")], cancellation);
        await RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", At("user")], cancellation);
        var fingerprint = (await RunAsync("ssh-keygen", ["-lf", At("host.pub")], cancellation)).Split(' ')[1];

        // A server of root wants this place of its own.
        if (Environment.IsPrivilegedProcess) Directory.CreateDirectory("/run/sshd");
        for (var tries = 0; ; tries++)
        {
            var port = FreePort();
            await File.WriteAllTextAsync(At("config"), $"""
                ListenAddress 127.0.0.1
                Port {port}
                HostKey {At("host")}
                AuthorizedKeysFile {At("user.pub")}
                PidFile none
                StrictModes no
                UsePAM no
                PermitRootLogin yes
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PrintMotd no
                PrintLastLog no
                ForceCommand {command}

                """, cancellation);
            var process = Process.Start(new ProcessStartInfo(Program, ["-D", "-e", "-f", At("config")]) { RedirectStandardError = true })!;
            if (await ListensAsync(process, cancellation)) return new(folder, process, port, fingerprint, await File.ReadAllTextAsync(At("user"), cancellation));
            process.Dispose();

            // Somebody else may have taken the port meanwhile.
            if (tries == 3) throw new InvalidOperationException("sshd does not start");
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<bool> ListensAsync(Process process, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(ListensWithin, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        while (await process.StandardError.ReadLineAsync(either.Token) is { } line)
        {
            if (!line.StartsWith("Server listening", StringComparison.Ordinal)) continue;
            _ = process.StandardError.ReadToEndAsync(cancellation);
            return true;
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
