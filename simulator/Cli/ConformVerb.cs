using System.CommandLine;
using System.Diagnostics;

namespace AvGateway.Simulator.Cli;

/// <summary>
/// <c>avsim conform</c>: drivers are tried by the gateway, which has them; a simulator that knew them would prove nothing. So this starts
/// <c>avgateway conform</c> with the same words and ends as it ends.
/// </summary>
internal static class ConformVerb
{
    private const string Gateway = "avgateway";
    private const string Variable = "AVGW_GATEWAY";

    public static Command New(TextWriter output, TextWriter errors)
    {
        var words = new Argument<string[]>("words") { Description = "As of avgateway conform; avgateway conform --help tells them.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("conform", "Tries a driver on a real or simulated device and writes its grade card: avgateway conform, started from here.") { words };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, stopping) =>
        {
            if (Find() is not { } gateway)
            {
                await errors.WriteLineAsync($"{Gateway} is neither beside avsim nor on the PATH: build gateway/Host, or name it in {Variable}.");
                return Avsim.Failed;
            }

            return await RunAsync(gateway, [.. parsed.GetValue(words) ?? [], .. parsed.UnmatchedTokens], output, errors, stopping);
        });
        return command;
    }

    private static async Task<int> RunAsync(string gateway, string[] words, TextWriter output, TextWriter errors, CancellationToken stopping)
    {
        var isAssembly = gateway.EndsWith(".dll", StringComparison.Ordinal);
        var start = new ProcessStartInfo(isAssembly ? "dotnet" : gateway) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (isAssembly) start.ArgumentList.Add(gateway);
        foreach (var word in words.Prepend("conform")) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        await using var stop = stopping.Register(() => process.Kill());
        await Task.WhenAll(CopyAsync(process.StandardOutput, output), CopyAsync(process.StandardError, errors), process.WaitForExitAsync(CancellationToken.None));
        return process.ExitCode;
    }

    private static async Task CopyAsync(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync() is { } line) await to.WriteLineAsync(line);
    }

    /// <summary>Named, beside this program, in the build tree that this program was built in, or on the PATH.</summary>
    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named) return named;
        var here = AppContext.BaseDirectory;
        var built = new DirectoryInfo(here);
        string[] places =
        [
            here, Path.Combine(here, "..", "lib"), Path.Combine(built.Parent?.Parent?.FullName ?? here, "AvGateway.Host", built.Name),
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        ];
        return places.SelectMany(p => new[] { Path.Combine(p, $"{Gateway}.dll"), Path.Combine(p, Gateway) }).FirstOrDefault(File.Exists);
    }
}
