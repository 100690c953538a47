using System.Runtime.InteropServices;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>What this thread has computed so far: on a crowded machine the clock on the wall tells more of the others than of us.</summary>
internal static partial class ThreadTime
{
    private const int ThreadCpuTime = 3;

    public static TimeSpan Used()
    {
        if (!OperatingSystem.IsLinux()) return TimeProvider.System.GetElapsedTime(0);
        if (Now(ThreadCpuTime, out var time) != 0) throw new InvalidOperationException("clock_gettime failed");
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int Now(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
