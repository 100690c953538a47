namespace AvGateway.Operations.Faults;

/// <summary>
/// Whether a symptom comes and goes too often to be told each time: 21 samples, recent ones weighing more, two thresholds so that flapping itself
/// does not flap (the scheme of Nagios, "Detection and handling of state flapping").
/// </summary>
internal sealed class FlapHistory(TimeProvider time)
{
    public const int Samples = 21;
    public static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(30);

    private const double Starts = 0.40;
    private const double Stops = 0.15;
    private const double OldestWeight = 0.8;
    private const double NewestWeight = 1.2;

    private readonly bool[] _changed = new bool[Samples];
    private int _newest;
    private long _sampledAt = time.GetTimestamp();
    private int _weighedChanges;

    public bool IsFlapping { get; private set; }

    /// <summary>Nothing of the window is left: there is nothing more to weigh.</summary>
    public bool IsQuiet => _weighedChanges == 0;

    /// <summary>The symptom came or went.</summary>
    public void Changed()
    {
        Look();
        if (_changed[_newest]) return;
        _changed[_newest] = true;
        _weighedChanges++;
        Weigh();
    }

    /// <summary>Lets the window move on.</summary>
    public void Look()
    {
        var passed = (int)Math.Min(Samples, time.GetElapsedTime(_sampledAt) / SampleEvery);
        if (passed == 0) return;
        _sampledAt += passed * (long)(SampleEvery.TotalSeconds * time.TimestampFrequency);
        for (var i = 0; i < passed; i++)
        {
            _newest = (_newest + 1) % Samples;
            if (_changed[_newest]) _weighedChanges--;
            _changed[_newest] = false;
        }

        Weigh();
    }

    private void Weigh()
    {
        var weighed = 0.0;
        for (var age = 0; age < Samples; age++)
        {
            if (_changed[(_newest - age + Samples) % Samples]) weighed += NewestWeight - (NewestWeight - OldestWeight) * age / (Samples - 1);
        }

        var share = weighed / Samples;
        IsFlapping = share >= (IsFlapping ? Stops : Starts);
    }
}
