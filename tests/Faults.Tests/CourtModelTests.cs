using AvGateway.Faults.History;
using AvGateway.Faults.Model;

namespace AvGateway.Faults.Tests;

/// <summary>The checker finds what it is there for: each history here breaks one invariant.</summary>
public sealed class CourtModelTests : IDisposable
{
    private const string Matrix = "court-1/matrix";
    private readonly TempFolder _folder = new();
    private readonly CourtModel _model = new([Matrix]);
    private readonly HistoryRecorder _history;

    public CourtModelTests() => _history = new(_folder.Sub("history.jsonl"), _model.Apply);

    [Fact]
    public void A_whole_life_breaks_nothing()
    {
        Online();
        Ask("a", "3>7");
        Answer("a", 202);
        Hear("3>7");
        Answer("a", 200);
        Kill();
        Ask("a", "3>7");
        Answer("a", 200);

        ExpectOnly();
    }

    [Fact]
    public void A_command_without_an_end_is_found()
    {
        Online();
        Ask("a", "3>7");
        Answer("a", 202);

        ExpectOnly("I1");
    }

    [Fact]
    public void A_second_end_that_differs_is_found()
    {
        Online();
        Ask("a", "3>7");
        Answer("a", 202);
        Hear("3>7");
        Answer("a", 200);
        Kill();
        Answer("a", 504);

        ExpectOnly("I1");
    }

    [Fact]
    public void A_frame_twice_is_found_also_over_a_restart()
    {
        Online();
        Ask("a", "3>7");
        Hear("3>7");
        Kill();
        Hear("3>7");
        Answer("a", 504);

        ExpectOnly("I2");
    }

    [Fact]
    public void A_frame_that_nobody_asked_is_found()
    {
        Online();
        Hear("3>7");

        ExpectOnly("I2");
    }

    [Fact]
    public void Success_without_a_frame_is_found()
    {
        Online();
        Ask("a", "3>7");
        Answer("a", 200);

        ExpectOnly("I7");
    }

    [Fact]
    public void A_refused_wish_that_reached_the_device_is_found()
    {
        Online();
        Ask("a", "3>7");
        Hear("3>7");
        Answer("a", 410);

        ExpectOnly("I4");
    }

    [Fact]
    public void A_frame_after_its_expiry_is_found()
    {
        Online();
        Ask("a", "3>7", expiry: -10_000);
        Hear("3>7");
        Answer("a", 504);

        ExpectOnly("I4");
    }

    [Fact]
    public void Frames_in_another_order_than_accepted_are_found()
    {
        Online();
        Ask("a", "3>7");
        Ask("b", "4>7");
        Answer("a", 202);
        Answer("b", 202);
        Hear("4>7");
        Hear("3>7");
        Answer("a", 200);
        Answer("b", 200);

        ExpectOnly("I5");
    }

    [Fact]
    public void A_sequence_that_goes_back_is_found()
    {
        Online();
        Show("output-3", """{"v":7,"q":"good","seq":12}""");
        Show("output-3", """{"v":7,"q":"good","seq":11}""");

        ExpectOnly("I6");
    }

    [Fact]
    public void A_good_value_before_the_device_was_heard_is_found()
    {
        Online();
        Kill();
        Show("output-3", """{"v":7,"q":"good","seq":12}""");

        ExpectOnly("I7");
    }

    [Fact]
    public void Online_before_the_device_was_heard_is_found()
    {
        Online();
        Kill();
        Show("$state", """{"state":"online"}""");

        ExpectOnly("I8");
    }

    [Fact]
    public void A_topic_of_no_device_and_a_device_without_a_topic_are_found()
    {
        _history.Add(EventKind.Shown, "court-1/ghost/$state", text: """{"state":"offline"}""");

        ExpectOnly("I9", "I9");
    }

    [Fact]
    public void A_value_that_is_not_the_devices_own_at_the_end_is_found()
    {
        Online();
        Show("output-3", """{"v":7,"q":"good","seq":12}""");
        _history.Add(EventKind.Settled, Matrix, text: """{"output-3":8}""");

        ExpectOnly("I7");
    }

    [Fact]
    public void A_history_can_be_checked_from_its_file()
    {
        Online();
        Ask("a", "3>7");
        Answer("a", 202);
        _history.Dispose();

        var again = CourtModel.Of(HistoryRecorder.Read(_history.Path), [Matrix]);

        Assert.Equal("I1", Assert.Single(again.Violations).Rule);
        Assert.Equal(["a"], again.AcceptedIds);
    }

    public void Dispose()
    {
        _history.Dispose();
        _folder.Dispose();
    }

    private void Online()
    {
        _history.Add(EventKind.Noted, Matrix, text: "connected");
        Show("$state", """{"state":"online"}""");
    }

    private void Ask(string id, string effect, double expiry = 30_000) => _history.Add(EventKind.Asked, Matrix, id, effect, expiry);

    private void Answer(string id, int stat) =>
        _history.Add(EventKind.Answered, id: id, text: $$"""{"id":"{{id}}","final":{{(stat == 202 ? "false" : "true")}},"stat":{{stat}}}""");

    private void Hear(string effect) => _history.Add(EventKind.Heard, Matrix, effect: effect, text: effect);

    private void Show(string topic, string payload) => _history.Add(EventKind.Shown, $"{Matrix}/{topic}", text: payload);

    private void Kill() => _history.Add(EventKind.Killed);

    private void ExpectOnly(params string[] rules)
    {
        _model.Finish();
        Assert.Equal(rules, _model.Violations.Select(v => v.Rule));
    }
}
