using AvGateway.Devices;

namespace AvGateway.Operations.Commands;

/// <summary>One command from its admission to its one final answer, and everybody who waits for that.</summary>
internal sealed class CommandRun : ICommandProgress
{
    private const int MostListeners = 8;

    private readonly AnswerWriter _writer;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<IAnswers> _listeners = new(1);
    private Answer? _accepted;
    private Answer? _final;
    private bool _isGiven;
    private int _stage;
    private int _admission = NotAdmitted;

    private const int NotAdmitted = -1;

    // Whoever moves the stage on decides; the others find it moved and leave the run alone.
    private const int Admitting = 0;
    private const int Begun = 1;
    private const int Decided = 2;

    public CommandRun(CommandAsk ask, CommandRequest request, JudgedCommand judged, string digest, DeviceLane lane, CallerShare share, AnswerWriter writer, TimeProvider time)
    {
        Ask = ask;
        Request = request;
        Device = judged.Device;
        Digest = digest;
        Lane = lane;
        Share = share;
        _writer = writer;
        _time = time;
    }

    public CommandAsk Ask { get; }
    public CommandRequest Request { get; }
    public IDevice Device { get; }
    public string Digest { get; }
    public DeviceLane Lane { get; }
    public CallerShare Share { get; }
    public (string Caller, string Id) Key => (Ask.Caller, Request.Id);
    public TimeSpan Elapsed => _time.GetElapsedTime(Ask.Arrived);

    /// <summary>True between the store's yes and the end.</summary>
    public bool WasBegun { get; private set; }

    public bool IsDecided => Volatile.Read(ref _stage) is Decided;

    /// <summary>Its turn in the lane can come: the store has spoken, or nobody waits for it any more.</summary>
    public bool IsReady => Volatile.Read(ref _admission) != NotAdmitted || IsDecided;

    public bool IsAdmitting => Volatile.Read(ref _stage) is Admitting;
    public Admitted Admitted { get; private set; }
    public int Attempts { get; private set; }

    /// <summary>When the end was decided, for the watch over a store that does not come back.</summary>
    public long DecidedAt { get; private set; }

    public Answer Final => _final!.Value;

    public void Admit(Admitted admitted)
    {
        Admitted = admitted;
        Volatile.Write(ref _admission, (int)admitted.Admission);
    }

    public bool TryBegin()
    {
        if (Interlocked.CompareExchange(ref _stage, Begun, Admitting) != Admitting) return false;
        WasBegun = true;
        return true;
    }

    /// <summary>Takes the right to end a run that was not begun.</summary>
    public bool TryDecideEarly(Answer final) => TryDecide(Admitting, final, 0);

    /// <summary>Takes the right to end a run that was begun.</summary>
    public bool TryDecide(Answer final, int attempts) => TryDecide(Begun, final, attempts);

    private bool TryDecide(int from, Answer final, int attempts)
    {
        lock (_gate)
        {
            if (Interlocked.CompareExchange(ref _stage, Decided, from) != from) return false;
            _final = final;
            Attempts = attempts;
            DecidedAt = _time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Adds somebody who asked the same. Tells at once how far it is.</summary>
    /// <returns>False when too many listen already.</returns>
    public bool TryListen(IAnswers answers)
    {
        lock (_gate)
        {
            if (_isGiven)
            {
                answers.Give(Final);
                return true;
            }

            if (!_listeners.Contains(answers))
            {
                if (_listeners.Count >= MostListeners) return false;
                _listeners.Add(answers);
            }

            if (_accepted is { } accepted) answers.Give(accepted);
            return true;
        }
    }

    public void Accept(int position)
    {
        var deadline = _time.GetUtcNow() + Request.Deadline.Remaining(_time);
        var accepted = _writer.Accepted(Request.Id, Device.Id, position, deadline);
        lock (_gate)
        {
            _accepted = accepted;
            GiveAll(accepted);
        }
    }

    public void Sent(CommandRequest command) => Step(Phases.Sent);

    public void Acknowledged(CommandRequest command) => Step(Phases.Acknowledged);

    /// <summary>Gives the final answer; true the first time only.</summary>
    public bool TryGiveFinal()
    {
        lock (_gate)
        {
            if (_isGiven) return false;
            _isGiven = true;
            GiveAll(Final);
            return true;
        }
    }

    private void Step(string phase)
    {
        if (IsDecided || IsUnheard) return;
        var step = _writer.Step(Request.Id, Device.Id, phase, Elapsed);
        lock (_gate)
        {
            if (!_isGiven && !IsDecided) GiveAll(step);
        }
    }

    private bool IsUnheard
    {
        get { lock (_gate) return _listeners is [NoAnswers]; }
    }

    private void GiveAll(in Answer answer)
    {
        foreach (var listener in _listeners) listener.Give(answer);
    }
}
