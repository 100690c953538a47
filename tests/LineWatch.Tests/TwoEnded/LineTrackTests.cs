using AvGateway.LineWatch.TwoEnded;
using AvGateway.Operations.Lines;

namespace AvGateway.LineWatch.Tests.TwoEnded;

/// <summary>What one end makes of its packets.</summary>
public sealed class LineTrackTests
{
    private readonly Ends _ends = new();

    [Fact]
    public async Task A_line_is_unknown_until_it_was_watched_and_then_well()
    {
        Assert.Equal(LineState.Unknown, _ends.View.State);
        await _ends.PassAsync(12);

        var view = _ends.View;
        Assert.Equal(LineState.Well, view.State);
        Assert.Null(view.Verdict);
        Assert.Equal(0d, view.Figures.LossOut);
        Assert.Equal(0d, view.Figures.LossBack);
        Assert.InRange(view.Figures.VariationOut!.Value, 0, 0.01);
        Assert.InRange(view.Figures.VariationBack!.Value, 0, 0.01);

        // Nobody compares the clocks: no delay of one way is claimed.
        Assert.Null(view.Figures.DelayOut);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Losses_are_counted_for_the_way_on_which_they_were(bool isOut)
    {
        if (isOut) _ends.Out = n => n % 10 != 9;
        else _ends.Back = n => n % 10 != 9;
        await _ends.PassAsync(20);

        var view = _ends.View;
        Assert.Equal(LineState.Degraded, view.State);
        Assert.InRange((isOut ? view.Figures.LossOut : view.Figures.LossBack)!.Value, 9, 11);
        Assert.Equal(0d, isOut ? view.Figures.LossBack : view.Figures.LossOut);
    }

    [Fact]
    public async Task Jitter_of_one_way_is_told_of_that_way()
    {
        _ends.DelayOut = n => n % 5 == 0 ? 5 + 90 : 5;
        await _ends.PassAsync(20);

        var view = _ends.View;
        Assert.Equal(LineState.Degraded, view.State);
        Assert.InRange(view.Figures.VariationOut!.Value, 85, 95);
        Assert.InRange(view.Figures.VariationBack!.Value, 0, 1);
    }

    [Fact]
    public async Task A_silence_is_down_since_the_last_answer_and_what_was_lost_in_it_is_no_loss_after_it()
    {
        await _ends.PassAsync(12);
        var last = _ends.Clock.GetUtcNow();
        _ends.Out = static _ => false;
        await _ends.PassAsync(8);

        Assert.Equal(LineState.Down, _ends.View.State);
        Assert.InRange(_ends.View.Since, last.AddSeconds(-0.3), last.AddSeconds(0.1));

        _ends.Out = static _ => true;
        await _ends.PassAsync(3);
        Assert.Equal(LineState.Well, _ends.View.State);
        Assert.Equal(0d, _ends.View.Figures.LossOut);
    }

    [Fact]
    public async Task The_verdict_follows_from_the_routers_that_answer_and_not_before_it_was_looked()
    {
        await _ends.PassAsync(12);
        _ends.Out = static _ => false;
        _ends.Routers.Remove(LineTrack.Hop);
        _ends.Routers.Remove(LineTrack.Far);
        await _ends.PassAsync(3.3);
        Assert.Equal(new LineVerdict(LineSide.Unknown, [LineReasons.Looking]), _ends.View.Verdict);

        await _ends.PassAsync(5);
        Assert.Equal((LineSide.Carrier, LineReasons.CarrierSilent), (_ends.View.Verdict!.Side, _ends.View.Verdict.Reasons[0]));
    }

    [Fact]
    public async Task A_router_that_never_answered_is_no_evidence()
    {
        _ends.Routers.Clear();
        await _ends.PassAsync(12);
        _ends.Out = static _ => false;
        await _ends.PassAsync(15);

        Assert.Equal(LegState.Missing, _ends.View.Evidence.Near.Router);
        Assert.Equal((LineSide.Unknown, LineReasons.NearUnseen), (_ends.View.Verdict!.Side, _ends.View.Verdict.Reasons[0]));
    }

    [Fact]
    public async Task A_far_gateway_that_begins_anew_makes_no_losses()
    {
        await _ends.PassAsync(12);
        _ends.Restart();
        await _ends.PassAsync(12);

        Assert.Equal(LineState.Well, _ends.View.State);
        Assert.Equal(0d, _ends.View.Figures.LossOut);
        Assert.Equal(0d, _ends.View.Figures.LossBack);
    }

    [Fact]
    public void A_recorded_question_counts_once_and_after_a_new_start_not_at_all()
    {
        var now = _ends.Clock.GetUtcNow();
        Assert.Equal(0u, Ask(99)!.Count);
        _ends.A.TakeAnswer(Ask(99)!, now, null);
        var question = _ends.A.Ask(LineEnd.Unseen, [], 0);

        Assert.Equal(1u, _ends.B.TakeQuestion(question, 99, now, LineEnd.Unseen, [], 0)!.Count);
        Assert.Null(_ends.B.TakeQuestion(question, 99, now, LineEnd.Unseen, [], 0));
        _ends.Restart();
        Assert.Equal(0u, _ends.B.TakeQuestion(question, 101, now, LineEnd.Unseen, [], 0)!.Count);
        Assert.False(_ends.B.IsHeard);

        ProbePacket? Ask(ulong epoch) => _ends.B.TakeQuestion(_ends.A.Ask(LineEnd.Unseen, [], 0), epoch, now, LineEnd.Unseen, [], 0);
    }

    [Fact]
    public void An_answer_to_nothing_that_was_asked_is_nothing()
    {
        var now = _ends.Clock.GetUtcNow();
        var question = _ends.A.Ask(LineEnd.Unseen, [], 0);
        var answer = _ends.B.TakeQuestion(question, 99, now, LineEnd.Unseen, [], 0)!;

        _ends.A.TakeAnswer(answer with { Session = answer.Session + 1, Count = 1 }, now, null);
        _ends.A.TakeAnswer(answer with { Sequence = 4711, Count = 1 }, now, null);
        _ends.A.TakeAnswer(answer with { From = answer.To, Count = 1 }, now, null);
        Assert.Null(_ends.A.Stream.LastAnswer);
    }
}
