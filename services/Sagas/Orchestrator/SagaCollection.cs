using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Orchestrator;

/// <summary>The sagas of one coordinator.</summary>
public sealed class SagaCollection
{
    private readonly List<Saga> _added = [];
    private Dictionary<string, KnownSaga> _byName = [];
    private Dictionary<Type, KnownSaga> _byData = [];

    internal IReadOnlyCollection<KnownSaga> All => _byName.Values;

    public SagaCollection Add<TSaga>()
        where TSaga : Saga, new() => Add(new TSaga());

    public SagaCollection Add(Saga saga)
    {
        _added.Add(saga);
        return this;
    }

    internal KnownSaga? Find(string name) => _byName.GetValueOrDefault(name);

    internal KnownSaga Of(Type data) => _byData.GetValueOrDefault(data) ?? throw new InvalidOperationException($"No saga was added whose data is {data.Name}.");

    internal void Check()
    {
        var twice = _added.GroupBy(saga => saga.Name).Where(group => group.Count() > 1).Select(group => $"{group.Count()} sagas are called {group.Key}")
            .Concat(_added.GroupBy(saga => saga.DataType).Where(group => group.Count() > 1).Select(group => $"{group.Count()} sagas have the data {group.Key.Name}; give each a record of its own"));
        string[] violations = [.. _added.SelectMany(saga => saga.Violations()), .. twice];
        if (violations.Length > 0)
        {
            throw new SagaLawException(violations);
        }

        var known = _added.Select(saga => new KnownSaga(saga)).ToList();
        _byName = known.ToDictionary(saga => saga.Name);
        _byData = known.ToDictionary(saga => saga.DataType);
    }
}

/// <summary>A saga that was checked, made ready once for all its runs.</summary>
internal sealed class KnownSaga(Saga saga)
{
    private readonly IReadOnlyList<IStep> _steps = saga.Steps();

    public string Name { get; } = saga.Name;

    public Type DataType => saga.DataType;

    public SagaMachine Machine { get; } = new(saga.Plan());

    public IReadOnlyList<PlannedStep> Steps => Machine.Plan.Steps;

    public IMessageStep MessageStep(int position) => (IMessageStep)_steps[position];

    public IInvokeStep InvokeStep(int position) => (IInvokeStep)_steps[position];

    public IReadOnlyList<string> Keys(object data) => [.. saga.KeysOf(data).Where(key => key.Length is > 0 and <= 200).Distinct().Take(10)];
}

/// <summary>A definition breaks the law of sagas, in all these ways.</summary>
public sealed class SagaLawException : Exception
{
    public SagaLawException()
    {
    }

    public SagaLawException(string message)
        : base(message)
    {
    }

    public SagaLawException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal SagaLawException(IReadOnlyList<string> violations)
        : base(string.Join(Environment.NewLine, violations)) => Violations = violations;

    public IReadOnlyList<string> Violations { get; } = [];
}
