namespace Architecture.Tests;

public sealed class LayoutTests
{
    [Fact]
    public void Arrows_between_projects_point_only_where_the_design_lets_them() => Assert.Empty(Rules.ForbiddenArrows(Repository.Here));

    [Fact]
    public void Files_are_short() => Assert.Empty(Rules.LongFiles(Repository.Here));

    [Fact]
    public void Only_the_edges_of_a_service_name_the_SDK() => Assert.Empty(Rules.SdkInTheWrongPlace(Repository.Here));

    [Fact]
    public void The_tool_knows_nothing_of_libraries() => Assert.Empty(Rules.LibraryWordsInTheTool(Repository.Here));

    [Fact]
    public void Nothing_is_left_unfinished() => Assert.Empty(Rules.LeftBehind(Repository.Here));

    [Fact]
    public void Every_rule_that_is_turned_off_says_why() => Assert.Empty(Rules.SuppressionsWithoutAReason(Repository.Here));
}
