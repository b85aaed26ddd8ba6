using System.Data;
using Npgsql;

namespace Sidecar.State.PostgreSql;

/// <summary>Reads that come together travel together, in one statement. A read that comes alone goes at once.</summary>
internal sealed class PostgresReader(PostgresConnections connections, PostgresTable table) : PostgresLanes<PostgresReader.Question>
{
    public Task<StateItem?> GetAsync(string key)
    {
        var question = new Question(key);
        Add(question);
        return question.Answer.Task;
    }

    protected override async Task RunAsync(List<Question> group)
    {
        try
        {
            await using var connection = await connections.OpenAsync(CancellationToken.None);
            await AnswerAsync(connection, group);
        }
        catch (Exception error)
        {
            var failure = PostgresFailure.Of(error);
            group.ForEach(question => question.Answer.TrySetException(failure));
        }
    }

    private async Task AnswerAsync(NpgsqlConnection connection, List<Question> group)
    {
        try
        {
            await ReadAsync(connection, group);
        }
        catch (PostgresException) when (group.Count > 1 && connection.State == ConnectionState.Open)
        {
            // A key that the database cannot even read spoils the statement for the others.
            foreach (var question in group)
            {
                await AloneAsync(connection, question);
            }
        }
        finally
        {
            if (connection.State != ConnectionState.Open)
            {
                connections.Forget();
            }
        }
    }

    private async Task AloneAsync(NpgsqlConnection connection, Question question)
    {
        try
        {
            await ReadAsync(connection, [question]);
        }
        catch (PostgresException error) when (connection.State == ConnectionState.Open)
        {
            question.Answer.TrySetException(PostgresFailure.Of(error));
        }
    }

    private async Task ReadAsync(NpgsqlConnection connection, List<Question> group)
    {
        await using var command = group.Count == 1
            ? table.Get(connection, group[0].Key)
            : table.GetMany(connection, group.ConvertAll(static question => question.Key).ToArray());
        await using (var row = await command.ExecuteReaderAsync(CancellationToken.None))
        {
            while (await row.ReadAsync(CancellationToken.None))
            {
                Answer(group, row);
            }
        }

        group.ForEach(static question => question.Answer.TrySetResult(null));
    }

    private void Answer(List<Question> group, NpgsqlDataReader row)
    {
        var key = row.GetString(0);
        StateItem? item = null;
        StateException? problem = null;
        try
        {
            item = table.Item(row);
        }
        catch (StateException error)
        {
            problem = error;
        }

        foreach (var question in group)
        {
            if (question.Key == key)
            {
                _ = problem is null ? question.Answer.TrySetResult(item) : question.Answer.TrySetException(problem);
            }
        }
    }

    internal sealed record Question(string Key)
    {
        public TaskCompletionSource<StateItem?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
