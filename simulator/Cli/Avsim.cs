using System.CommandLine;

namespace AvGateway.Simulator.Cli;

/// <summary>The command line <c>avsim</c>: simulated devices for engineers. Exit codes: 0 done, 1 refused or failed, 64 usage; those of conform are the gateway's.</summary>
public static class Avsim
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 64;

    /// <summary>Runs one command to its end; device and court run until they are told to stop.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken stopping)
    {
        var root = new RootCommand("Simulated audio-visual devices on their real wires.")
        {
            DeviceVerb.New(output, errors),
            CourtVerb.New(output, errors),
            DoVerb.New(output, errors),
            PlayVerb.New(output, errors),
            RecordVerb.New(output, errors),
            RecordVerb.NewReplay(output, errors),
            ConformVerb.New(output, errors),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await errors.WriteLineAsync(error.Message);
            await errors.WriteLineAsync("Try --help.");
            return Usage;
        }

        // A SIGTERM or Ctrl-C cancels the command, which then ends by itself and counts as done.
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = errors,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
        };
        return await parsed.InvokeAsync(invocation, stopping);
    }
}
