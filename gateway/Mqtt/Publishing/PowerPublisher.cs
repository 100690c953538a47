using System.Collections.Concurrent;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Power;

namespace AvGateway.Mqtt.Publishing;

/// <summary>Shows power runs on <c>$power/RUN</c>: at most a few times a second while they run, the end always.</summary>
public sealed class PowerPublisher : IDisposable
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(250);

    private readonly TopicMap _topics;
    private readonly RetainedTopics _retained;
    private readonly PowerRuns _runs;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);

    public PowerPublisher(TopicMap topics, RetainedTopics retained, PowerRuns runs, TimeProvider time)
    {
        (_topics, _retained, _runs, _time) = (topics, retained, runs, time);
        runs.Changed += Show;
        runs.Dropped += run =>
        {
            if (_lines.TryRemove(run, out var line)) line.Dispose();
            retained.Clear(topics.Power(run));
        };
    }

    /// <summary>To be called once the runs are restored and the bus is open.</summary>
    public void ShowAll()
    {
        foreach (var run in _runs.All) Show(run);
    }

    public void Dispose()
    {
        foreach (var line in _lines.Values) line.Dispose();
    }

    private void Show(PowerPicture run) => _lines.GetOrAdd(run.Record.Id, id => new(this, id)).Show(run);

    /// <summary>The topic of one run.</summary>
    private sealed class Line(PowerPublisher publisher, string id) : IDisposable
    {
        private readonly Lock _gate = new();
        private PowerPicture? _waiting;
        private long? _shownAt;
        private ITimer? _timer;

        public void Show(PowerPicture run)
        {
            lock (_gate)
            {
                _waiting = run;
                var since = _shownAt is { } at ? publisher._time.GetElapsedTime(at) : Least;
                if (since >= Least || run.Record.Phase is not RunPhase.Running) ShowNow();
                else if (_timer is null) _timer = publisher._time.CreateTimer(_ => Due(), null, Least - since, Timeout.InfiniteTimeSpan);
            }
        }

        private void Due()
        {
            lock (_gate)
            {
                if (_waiting is not null) ShowNow();
            }
        }

        // Under the gate: an older picture must not follow a newer one.
        private void ShowNow()
        {
            _timer?.Dispose();
            _timer = null;
            publisher._retained.Show(publisher._topics.Power(id), PowerJson.Write(_waiting!));
            _shownAt = publisher._time.GetTimestamp();
            _waiting = null;
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _timer?.Dispose();
                _waiting = null;
            }
        }
    }
}
