using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Commands;

/// <summary>A request that ends before anything of it reached a device.</summary>
/// <param name="Title">What is wrong, and what would be right.</param>
public sealed record Refusal(AnswerCode Code, string Title)
{
    public Refusal(AnswerCode code) : this(code, code.Title) { }

    public Wording Says => new(Code.Zh, Title);

    /// <summary>With <see cref="AnswerCodes.Busy"/>: when to ask again.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
