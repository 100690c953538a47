namespace AvGateway.Drivers.Transports;

/// <summary>Runs a call that may hang in the system on a thread that nobody else needs.</summary>
internal static class OwnThread
{
    private const int StackSize = 256 * 1024;

    /// <summary>The result or exception of the call. Waiting for it is bounded by the caller; the thread ends when the call does.</summary>
    public static Task<T> RunAsync<T>(string name, Func<T> call)
    {
        // The task carries whatever the call throws to the one who awaits it, which is why nothing is caught here.
        var task = new Task<T>(call, TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => task.RunSynchronously(), StackSize) { IsBackground = true, Name = name }.Start();
        return task;
    }
}
