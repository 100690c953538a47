namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>For tests with real sockets and foreign programs, which have no signal to wait for.</summary>
internal static class RealTime
{
    public static async Task UntilAsync(Func<bool> condition, double seconds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < seconds, $"not within {seconds} s");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
