using System.Diagnostics;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.Links;

/// <summary>The SSH server of simulated devices against the client of OpenSSH.</summary>
public sealed class SshServerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("avsim-ssh-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("-T", "password")]
    [InlineData("-tt", "password")]
    [InlineData("-T", "keyboard-interactive")]
    [InlineData("-T -c aes256-ctr", "password")]
    [InlineData("-T -c aes256-gcm@openssh.com", "password")]
    public async Task OpenSSH_logs_in_and_talks_with_and_without_a_terminal(string options, string method)
    {
        await using var court = await CourtAsync(method);
        if (options.Contains("aes256", StringComparison.Ordinal)) court.Devices[0].Device.SetSwitch("slice", true);

        var (said, code) = await SshAsync(court, options, "secret", "echo off\r\nxStatus Audio Volume\r\nbye\r\n");

        Assert.Contains("Welcome to bench/it", said, StringComparison.Ordinal);
        Assert.Contains("*s Audio Volume: 50", said, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_leaves_no_session()
    {
        await using var court = await CourtAsync("password");

        var (said, code) = await SshAsync(court, "-T", "wrong", "");

        Assert.Equal(255, code);
        Assert.DoesNotContain("Welcome", said, StringComparison.Ordinal);
        Assert.Equal(0, (int)court.Devices[0].Device.State()["connections"]!);
        Assert.Contains(court.Devices[0].Device.Trace.Since(0), frame => frame.Text.Contains("log-in of court from 127.0.0.1 refused", StringComparison.Ordinal));
        Assert.DoesNotContain(court.Devices[0].Device.Trace.Since(0), frame => frame.Text.Contains("wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_is_refused()
    {
        await using var court = await CourtAsync("password");

        var (_, code) = await SshAsync(court, "-T", "secret", "", program: "ls");

        Assert.Equal(255, code);
    }

    [Fact]
    public async Task The_fingerprint_of_the_link_is_that_of_the_key()
    {
        await using var court = await CourtAsync("password");

        await SshAsync(court, "-T", "secret", "bye\r\n");
        var (listed, _) = await RunAsync("ssh-keygen", ["-lf", KnownHosts], "");

        var uri = court.Devices[0].Link.Uri;
        Assert.Contains(uri[(uri.IndexOf("SHA256:", StringComparison.Ordinal))..], listed, StringComparison.Ordinal);
    }

    private string KnownHosts => Path.Combine(_folder.FullName, "known");

    private static Task<SimulatedCourt> CourtAsync(string method) => SimulatedCourt.StartAsync(
        [new("bench", "it", "cisco-xapi") { Link = LinkKind.Ssh, User = "court", Password = "secret", Options = new() { ["sshAuth"] = method } }],
        TimeProvider.System);

    private Task<(string Said, int Code)> SshAsync(SimulatedCourt court, string options, string password, string typed, string? program = null)
    {
        var port = new Uri(court.Devices[0].Link.Uri).Port;
        var ask = Path.Combine(_folder.FullName, "ask");
        File.WriteAllText(ask, $"#!/bin/sh\necho {password}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(ask, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string[] all =
        [
            .. options.Split(' '), "-p", $"{port}", "-o", "StrictHostKeyChecking=no", "-o", $"UserKnownHostsFile={KnownHosts}", "-o", "HashKnownHosts=no",
            "-o", "NumberOfPasswordPrompts=1", "-F", "none", "court@127.0.0.1", .. program is null ? (string[])[] : [program],
        ];
        return RunAsync("ssh", all, typed, ("SSH_ASKPASS", ask), ("SSH_ASKPASS_REQUIRE", "force"));
    }

    private static async Task<(string Said, int Code)> RunAsync(string program, string[] arguments, string typed, params (string Name, string Value)[] environment)
    {
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(either.Token);
        var output = process.StandardOutput.ReadToEndAsync(either.Token);
        await process.StandardInput.WriteAsync(typed.AsMemory(), either.Token);

        // Its input stays open: a client that is through is answered no more.
        await process.WaitForExitAsync(either.Token);
        await errors;
        return (await output, process.ExitCode);
    }
}
