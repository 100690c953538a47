using AvGateway.Operations.Lines;

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>How an answered question fared.</summary>
/// <param name="Count">How many questions had arrived at the far end by then.</param>
/// <param name="Out">Milliseconds by two clocks that may differ: only its changes mean something, unless both are right.</param>
/// <param name="RoundTrip">Milliseconds by our own clock, less what the far end took.</param>
internal readonly record struct Answer(uint Count, double Out, double Back, double RoundTrip);

/// <summary>What was lost, as numbers.</summary>
internal readonly record struct Losses(int OutLost, int OutOf, int BackLost, int BackOf)
{
    public double? Out => OutOf == 0 ? null : 100.0 * OutLost / OutOf;
    public double? Back => BackOf == 0 ? null : 100.0 * BackLost / BackOf;

    public static Losses operator +(Losses a, Losses b) => new(a.OutLost + b.OutLost, a.OutOf + b.OutOf, a.BackLost + b.BackLost, a.BackOf + b.BackOf);
}

/// <summary>
/// The questions of one session and what came of them. The far end counts what arrives; so between two answers it is known how many questions were lost on
/// the way there, and how many answers on the way back. Not for use by two threads at once.
/// </summary>
internal sealed class StreamMeter(TimeProvider time)
{
    private const int Kept = 1024;

    // An answer that comes later than this is lost to whoever waits for it.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Question[] _questions = new Question[Kept];
    private uint _next = 1;
    private long _from = long.MinValue;

    public long? LastAnswer { get; private set; }

    /// <summary>Both clocks are known to be right to within this many seconds; null: at least one is not.</summary>
    public double? ClockError { get; set; }

    public uint Ask()
    {
        var sequence = _next++;
        _questions[sequence % Kept] = new() { Sequence = sequence, SentAt = time.GetTimestamp() };
        return sequence;
    }

    /// <summary>When the question was asked; null when it was not, too long ago, or is answered already.</summary>
    public long? SentAt(uint sequence) => _questions[sequence % Kept] is { IsAnswered: false } question && question.Sequence == sequence && sequence != 0 ? question.SentAt : null;

    public void Take(uint sequence, Answer answer)
    {
        ref var question = ref _questions[sequence % Kept];
        (question.IsAnswered, question.Answer) = (true, answer);
        LastAnswer = time.GetTimestamp();
    }

    /// <summary>What was asked before now does not count any more.</summary>
    public void BeginAnew() => _from = time.GetTimestamp();

    /// <summary>Counts that the far end began anew are no continuation of the earlier ones.</summary>
    public void ForgetCounts() => Array.Clear(_questions);

    public Losses LossesWithin(TimeSpan window)
    {
        Question? first = null, last = null;
        var answered = 0;
        foreach (var question in Settled(window).Where(q => q.IsAnswered))
        {
            first ??= question;
            last = question;
            answered++;
        }

        if (first is not { } begin || last is not { } end || answered < 2) return default;
        var (asked, arrived) = ((int)(end.Sequence - begin.Sequence), (int)(end.Answer.Count - begin.Answer.Count));
        return new(Math.Max(0, asked - arrived), asked, Math.Max(0, arrived - (answered - 1)), Math.Max(0, arrived));
    }

    public LineFigures FiguresWithin(TimeSpan window)
    {
        var questions = Settled(window).ToList();
        var answers = questions.Where(q => q.IsAnswered).Select(q => q.Answer).ToList();
        var losses = LossesWithin(window);
        var figures = new LineFigures(questions.Count, answers.Count, losses.Out, losses.Back);
        if (answers.Count == 0) return figures;
        var trips = answers.ConvertAll(a => a.RoundTrip);
        trips.Sort();
        figures = figures with { VariationOut = Variation(answers.ConvertAll(a => a.Out)), VariationBack = Variation(answers.ConvertAll(a => a.Back)), RoundTrip = trips[trips.Count / 2] };
        return ClockError is <= 0.01 ? figures with { DelayOut = answers.Average(a => a.Out), DelayBack = answers.Average(a => a.Back) } : figures;
    }

    /// <summary>How far all but the slowest twentieth lie above the fastest.</summary>
    internal static double Variation(List<double> delays)
    {
        delays.Sort();
        return delays[(delays.Count - 1) * 95 / 100] - delays[0];
    }

    // In order; what may still be answered in time is not judged yet.
    private IEnumerable<Question> Settled(TimeSpan window)
    {
        var now = time.GetTimestamp();
        var oldest = Math.Max(_next > Kept ? _next - Kept : 1, 1);
        for (var sequence = oldest; sequence < _next; sequence++)
        {
            var question = _questions[sequence % Kept];
            if (question.Sequence != sequence || question.SentAt < _from || time.GetElapsedTime(question.SentAt, now) > window + Patience) continue;
            if (question.IsAnswered || time.GetElapsedTime(question.SentAt, now) > Patience) yield return question;
        }
    }

    private struct Question
    {
        public uint Sequence;
        public long SentAt;
        public bool IsAnswered;
        public Answer Answer;
    }
}
