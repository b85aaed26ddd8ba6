using Library.Defaults.Hosting;

namespace Library.Sagas.Orchestrator;

/// <summary>The topics of a coordinator. All but <see cref="Replies"/> are for itself.</summary>
public sealed class SagaTopics(ServiceNames names)
{
    /// <summary>Where participants answer.</summary>
    public string Replies => $"{names.AppId}.replies";

    /// <summary>That a saga was accepted, stopped, turned back or ended.</summary>
    public string News => $"{names.AppId}.saga-news";

    /// <summary>That an operator has spoken.</summary>
    public string Verbs => $"{names.AppId}.saga-verbs";
}
