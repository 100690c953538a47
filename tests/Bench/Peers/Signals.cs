using System.Runtime.InteropServices;

namespace AvGateway.Bench.Peers;

/// <summary>Asks a process to end in its own way; .NET itself can only kill.</summary>
internal static partial class Signals
{
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Send(int process, int signal);
}
